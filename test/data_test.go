package test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

func TestTheBucketIsPrivateEncryptedAndReachedByTLSAlone(t *testing.T) {
	for environment, stack := range everyKind(t) {
		var bucket struct {
			PublicAccessBlockConfiguration struct {
				BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets bool
			}
			BucketEncryption struct {
				ServerSideEncryptionConfiguration []any
			}
			OwnershipControls struct {
				Rules []struct{ ObjectOwnership string }
			}
		}
		decode(t, stack.bucket(t), &bucket)
		public := bucket.PublicAccessBlockConfiguration
		if !public.BlockPublicAcls || !public.BlockPublicPolicy || !public.IgnorePublicAcls || !public.RestrictPublicBuckets {
			t.Errorf("%s: the bucket may become public: %+v", environment, public)
		}
		if len(bucket.BucketEncryption.ServerSideEncryptionConfiguration) != 1 {
			t.Errorf("%s: the bucket is not encrypted", environment)
		}
		if bucket.OwnershipControls.Rules[0].ObjectOwnership != "BucketOwnerEnforced" {
			t.Errorf("%s: the bucket has access control lists", environment)
		}
		for holder, action := range map[string]string{"StorageBucketPolicy": "s3:*", "NotificationsTopicPolicy": "sns:Publish", "WatchUndeliveredPolicy": "sqs:*"} {
			if !stack.refusesWithoutTLS(t, holder, action) {
				t.Errorf("%s: %s allows %s without TLS", environment, holder, action)
			}
		}
	}
}

func (s stack) bucket(tb testing.TB) *template.Resource {
	tb.Helper()
	return s.named(tb, "StorageBucket")
}

func (s stack) named(tb testing.TB, name string) *template.Resource {
	tb.Helper()
	r := s.Named(name)
	if r == nil {
		tb.Fatalf("there is no %s", name)
	}
	return r
}

func (s stack) refusesWithoutTLS(tb testing.TB, holder, action string) bool {
	for _, s := range s.statements(tb) {
		if s.holder.Name() == holder && s.Effect == "Deny" && s.Actions[0] == action &&
			s.Condition["Bool"]["aws:SecureTransport"] == "false" {
			return true
		}
	}
	return false
}

// retained keeps a resource in every case but one: it was only just created, by a deployment
// that failed ("DeletionPolicy attribute", AWS CloudFormation User Guide).
const retained = "RetainExceptOnCreate"

// What a first deployment leaves behind is in the way of the second, or is never found again.
func TestAFirstDeploymentThatFailsLeavesNothingBehind(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, r := range stack.Sorted() {
			if r.DeletionPolicy == "Retain" || r.Properties["DeletionProtectionEnabled"] == true {
				t.Errorf("%s: %s stays when its creation is rolled back", environment, r.ID)
			}
		}
	}
}

func TestProdKeepsItsDataWhenTheStackGoes(t *testing.T) {
	for _, r := range append(prod.OfType("AWS::Logs::LogGroup"), prod.bucket(t)) {
		if r.DeletionPolicy != retained {
			t.Errorf("%s is deleted with the stack", r.ID)
		}
	}
	if status := prod.bucket(t).Properties["VersioningConfiguration"]; template.Render(status) != `{"Status":"Enabled"}` {
		t.Errorf("what is overwritten in the bucket is lost: versioning %v", template.Render(status))
	}
}

func TestDevLeavesNothingBehind(t *testing.T) {
	for _, r := range dev.Sorted() {
		if r.DeletionPolicy != "" && r.DeletionPolicy != "Delete" {
			t.Errorf("%s: deletion policy %s", r.ID, r.DeletionPolicy)
		}
	}
}

func TestProdEncryptsWithAKeyOfItsOwnThatIsRotated(t *testing.T) {
	key := prod.only(t, "AWS::KMS::Key")
	if key.Properties["EnableKeyRotation"] != true || key.DeletionPolicy != retained {
		t.Errorf("rotation %v, deletion policy %s", key.Properties["EnableKeyRotation"], key.DeletionPolicy)
	}
	if text := template.Render(
		prod.bucket(t).Properties["BucketEncryption"],
	); !strings.Contains(
		text,
		`"KMSMasterKeyID":{"Fn::GetAtt":["`+key.ID,
	) {
		t.Errorf("the bucket has %s", text)
	}
	for _, group := range prod.OfType("AWS::Logs::LogGroup") {
		if template.Render(group.Properties["KmsKeyId"]) != "${Key.Arn}" {
			t.Errorf("%s has the key %s", group.ID, template.Render(group.Properties["KmsKeyId"]))
		}
	}
	if got := template.Render(prod.only(t, "AWS::SNS::Topic").Properties["KmsMasterKeyId"]); got != "${Key.Arn}" {
		t.Errorf("the topic has the key %s", got)
	}
}

// Each of these services is refused by the key, and so falls silent, unless its policy lets it.
func TestTheKeyLetsTheServicesUseItAsTheyMust(t *testing.T) {
	type statement struct {
		Principal struct{ Service any }
		Action    oneOrMore
	}
	var key struct {
		KeyPolicy struct{ Statement []statement }
	}
	decode(t, prod.only(t, "AWS::KMS::Key"), &key)
	for service, actions := range map[string][]string{
		"logs.${AWS::Region}.${AWS::URLSuffix}": {"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"},
		"events.amazonaws.com":                  {"kms:Decrypt", "kms:GenerateDataKey"},
		"cloudwatch.amazonaws.com":              {"kms:Decrypt", "kms:GenerateDataKey"},
		"s3.amazonaws.com":                      {"kms:GenerateDataKey"},
	} {
		for _, action := range actions {
			allows := func(s statement) bool {
				return template.Render(s.Principal.Service) == service && slices.Contains(s.Action, action)
			}
			if !slices.ContainsFunc(key.KeyPolicy.Statement, allows) {
				t.Errorf("the key does not let %s %s", service, action)
			}
		}
	}
	for role, service := range map[string]string{"PreprocessRole": "s3", "CollectRole": "s3", "JobRole": "s3", "WorkflowRole": "sns"} {
		if !prod.mayUseKeyThrough(t, role, service) {
			t.Errorf("%s may not use the key by way of %s", role, service)
		}
	}
}

func (s stack) mayUseKeyThrough(tb testing.TB, role, service string) bool {
	for _, s := range s.statements(tb) {
		via := template.Render(s.Condition["StringEquals"]["kms:ViaService"])
		if s.role == role && slices.Contains(s.Actions, "kms:Decrypt") && slices.Contains(s.Actions, "kms:GenerateDataKey") &&
			via == service+".${AWS::Region}.${AWS::URLSuffix}" {
			return true
		}
	}
	return false
}

func TestProdLogsWhoTouchedTheBucketAndTheNetwork(t *testing.T) {
	for _, name := range []string{"StorageBucket", "StorageInventories"} {
		if prod.named(t, name).Properties["LoggingConfiguration"] == nil {
			t.Errorf("there is no access log of %s", name)
		}
	}
	prod.only(t, "AWS::EC2::FlowLog")
}

// An inventory that lacks any of this is delivered well, and no run can be planned from it.
func TestProdTakesAnInventoryThatARunCanBePlannedFrom(t *testing.T) {
	var bucket struct {
		InventoryConfigurations []struct {
			Enabled                                               bool
			Id, Prefix, ScheduleFrequency, IncludedObjectVersions string
			OptionalFields                                        []string
			Destination                                           struct {
				BucketArn, BucketAccountId any
				Format                     string
			}
		}
	}
	decode(t, prod.bucket(t), &bucket)
	if len(bucket.InventoryConfigurations) != 1 {
		t.Fatalf("there are %d inventories", len(bucket.InventoryConfigurations))
	}
	got := bucket.InventoryConfigurations[0]
	if !got.Enabled || got.Prefix != "input/" || got.ScheduleFrequency != "Weekly" || got.IncludedObjectVersions != "Current" ||
		!slices.Contains(got.OptionalFields, "Size") || !slices.Contains(got.OptionalFields, "ETag") ||
		!slices.Contains(got.OptionalFields, "LastModifiedDate") ||
		got.Destination.Format != "CSV" ||
		template.Render(got.Destination.BucketArn) != "${StorageInventories.Arn}" {
		t.Errorf("the inventory is %+v", got)
	}
	for _, function := range prod.OfType("AWS::Lambda::Function") {
		variables := function.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)
		if bucket := template.Render(
			variables["INVENTORY_BUCKET"],
		); function.Properties["Handler"] == "preprocess" &&
			bucket != "${StorageInventories}" {
			t.Errorf("the function that plans looks for inventories in %s", bucket)
		}
	}
	if value, want := template.Render(
		prod.Outputs["MainInventoriesCommand"].Value,
	), "aws s3 ls s3://${StorageInventories}/${StorageBucket}/"+got.Id+"/"; value != want {
		t.Errorf("the output is %q, want %q", value, want)
	}
	// It is the only one who may write there, and only for this bucket.
	for _, s := range prod.statements(t) {
		if s.holder.Name() == "StorageInventoriesPolicy" && s.Effect == "Allow" &&
			(!slices.Equal(s.Actions, []string{"s3:PutObject"}) || template.Render(s.Condition["ArnEquals"]["aws:SourceArn"]) != "${StorageBucket.Arn}") {
			t.Errorf("%s allows %v if %v", s.Sid, s.Actions, s.Condition)
		}
	}
}

func TestInventoriesExpire(t *testing.T) {
	var bucket struct {
		LifecycleConfiguration struct {
			Rules []struct {
				ExpirationInDays            int
				NoncurrentVersionExpiration struct{ NoncurrentDays int }
			}
		}
	}
	decode(t, prod.named(t, "StorageInventories"), &bucket)
	if rules := bucket.LifecycleConfiguration.Rules; len(rules) != 1 || rules[0].ExpirationInDays != 30 ||
		rules[0].NoncurrentVersionExpiration.NoncurrentDays != 1 {
		t.Errorf("the rules are %+v", rules)
	}
}

func TestFilesOfRunsAndUnfinishedUploadsExpire(t *testing.T) {
	for environment, stack := range everyKind(t) {
		var bucket struct {
			LifecycleConfiguration struct {
				Rules []struct {
					Prefix                         string
					ExpirationInDays               int
					AbortIncompleteMultipartUpload struct{ DaysAfterInitiation int }
				}
			}
		}
		decode(t, stack.bucket(t), &bucket)
		var runs, uploads bool
		for _, rule := range bucket.LifecycleConfiguration.Rules {
			if rule.ExpirationInDays > 0 && rule.Prefix != "runs/" {
				t.Errorf("%s: objects below %q expire", environment, rule.Prefix)
			}
			runs = runs || rule.ExpirationInDays > 0
			uploads = uploads || rule.AbortIncompleteMultipartUpload.DaysAfterInitiation > 0
		}
		if !runs || !uploads {
			t.Errorf("%s: files of runs expire: %t, unfinished uploads: %t", environment, runs, uploads)
		}
	}
}

func TestEveryLogGroupHasARetention(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, group := range stack.OfType("AWS::Logs::LogGroup") {
			if days, _ := group.Properties["RetentionInDays"].(float64); days == 0 {
				t.Errorf("%s: %s keeps logs for ever", environment, group.ID)
			}
		}
	}
}

func TestOutputsAreCommandsToTypeAndPagesToOpen(t *testing.T) {
	for environment, stack := range environments() {
		for output, begins := range map[string]string{
			"MainUploadCommand":    "aws s3 cp --recursive FOLDER s3://${StorageBucket}/input/",
			"MainStartCommand":     "aws stepfunctions start-execution --region ${AWS::Region} --state-machine-arn ${WorkflowStateMachine}",
			"MainStateMachineLink": "https://${AWS::Region}.",
			"MainBucketLink":       "https://${AWS::Region}.",
		} {
			if value := template.Render(stack.Outputs[output].Value); !strings.HasPrefix(value, begins) {
				t.Errorf("%s: output %s is %q, want %q…", environment, output, value, begins)
			}
		}
	}
}
