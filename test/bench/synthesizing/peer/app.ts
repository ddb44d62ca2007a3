// The stack of dev as somebody would write it in TypeScript who started from "cdk init". It
// has as many resources of each type, which a benchmark checks; what a role may do is said
// more shortly. It is there to be measured, not to be deployed.
import * as cdk from 'aws-cdk-lib/core';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecrAssets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

// The folders of the programs: linux-arm64 of this project's build/programs.
const programs = process.env.PROGRAMS!;

// What a role may, by the names of its policies: actions, and the resources they are for.
type Policies = { [name: string]: [actions: string[], resources: string[]][] };

class Role extends Construct {
  readonly role: iam.IRole;

  constructor(scope: Construct, id: string, service: string, policies: Policies) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal(service),
      managedPolicies: Object.entries(policies).map(([name, statements]) => new iam.ManagedPolicy(this, name, {
        statements: statements.map(([actions, resources]) => new iam.PolicyStatement({ actions, resources })),
      })),
    }).withoutPolicyUpdates();
  }
}

class Pipeline extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { description: 'Run one command over every object in S3: Step Functions, Lambda, AWS Batch and SNS' });
    const bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
      lifecycleRules: [
        { id: 'AbortUnfinishedUploads', abortIncompleteMultipartUploadAfter: cdk.Duration.days(7) },
        { id: 'ExpireRuns', prefix: 'runs/', expiration: cdk.Duration.days(30) },
      ],
    });
    const mayUse = (...prefixes: string[]): [string[], string[]][] => [
      [['s3:ListBucket'], [bucket.bucketArn]],
      [['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], prefixes.map((prefix) => bucket.arnForObjects(prefix + '*'))],
    ];
    const logGroup = (owner: string, logGroupName?: string) => new logs.LogGroup(this, owner + 'Logs', {
      logGroupName, retention: logs.RetentionDays.TWO_WEEKS, removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const mayLog = (group: logs.LogGroup): [string[], string[]] => [['logs:CreateLogStream', 'logs:PutLogEvents'], [group.logGroupArn]];

    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Jobs', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
    });
    const securityGroup = new ec2.SecurityGroup(this, 'HttpsOnly', { vpc, description: 'Nothing in, HTTPS out', allowAllOutbound: false });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'AWS services');
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 }).addToPolicy(new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()], actions: ['s3:ListBucket', 's3:GetObject', 's3:PutObject'], resources: [bucket.bucketArn, bucket.arnForObjects('*')],
    }));
    const queue = new batch.JobQueue(this, 'Queue', {
      computeEnvironments: ['Spot', 'OnDemand'].map((name, i) => ({
        order: i + 1,
        computeEnvironment: new batch.FargateComputeEnvironment(this, name, {
          vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, securityGroups: [securityGroup], spot: name === 'Spot', maxvCpus: 16,
        }),
      })),
      jobStateTimeLimitActions: [
        batch.JobStateTimeLimitActionsReason.INSUFFICIENT_INSTANCE_CAPACITY,
        batch.JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE,
        batch.JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT,
      ].map((reason) => ({ reason, maxTime: cdk.Duration.minutes(20) })),
    });

    const image = new ecrAssets.DockerImageAsset(this, 'Image', { directory: `${programs}/image`, platform: ecrAssets.Platform.LINUX_ARM64 });
    const jobLogs = logGroup('Job');
    const job = new batch.EcsJobDefinition(this, 'Job', {
      retryAttempts: 3,
      retryStrategies: ['75', '143'].map((onExitCode) => batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.custom({ onExitCode })))
        .concat(batch.RetryStrategy.of(batch.Action.EXIT, batch.Reason.custom({ onReason: '*' }))),
      timeout: cdk.Duration.minutes(15),
      propagateTags: true,
      skipDeregisterOnUpdate: true,
      container: new batch.EcsFargateContainerDefinition(this, 'Container', {
        image: ecs.ContainerImage.fromDockerImageAsset(image),
        cpu: 1,
        memory: cdk.Size.mebibytes(2048),
        command: ['Ref::manifest', 'Ref::results', 'gzip', '-9'],
        environment: { INPUT_PREFIX: 'input/', OUTPUT_PREFIX: 'output/', SCRATCH: '/scratch' },
        fargateCpuArchitecture: ecs.CpuArchitecture.ARM64,
        assignPublicIp: true,
        jobRole: new Role(this, 'JobRole', 'ecs-tasks.amazonaws.com', { JobPolicy: mayUse('input/', 'output/', 'runs/') }).role,
        executionRole: new Role(this, 'ExecutionRole', 'ecs-tasks.amazonaws.com', {
          ExecutionPolicy: [
            [['ecr:GetAuthorizationToken'], ['*']],
            [['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], [image.repository.repositoryArn]],
            mayLog(jobLogs),
          ],
        }).role,
        linuxParameters: new batch.LinuxParameters(this, 'Init', { initProcessEnabled: true }),
        user: '65532',
        readonlyRootFilesystem: true,
        volumes: [batch.EcsVolume.host({ name: 'scratch', containerPath: '/scratch' })],
        logging: ecs.LogDriver.awsLogs({ streamPrefix: 'job', logGroup: jobLogs }),
      }),
    });

    const pipelineFunction = (name: string, ...prefixes: string[]) => {
      const group = logGroup(name);
      return new lambda.Function(this, name, {
        code: lambda.Code.fromAsset(`${programs}/${name.toLowerCase()}`),
        runtime: lambda.Runtime.PROVIDED_AL2023,
        architecture: lambda.Architecture.ARM_64,
        handler: 'bootstrap',
        environment: { BUCKET: bucket.bucketName, INPUT_PREFIX: 'input/' },
        memorySize: 1769,
        timeout: cdk.Duration.minutes(5),
        tracing: lambda.Tracing.ACTIVE,
        logGroup: group,
        role: new Role(this, name + 'Role', 'lambda.amazonaws.com', {
          [name + 'Policy']: mayUse(...prefixes),
          FunctionPolicy: [mayLog(group), [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']]],
        }).role,
      });
    };
    const preprocess = pipelineFunction('Preprocess', 'input/', 'runs/');
    const collect = pipelineFunction('Collect', 'runs/');
    const topic = new sns.Topic(this, 'Topic', { enforceSSL: true });

    const definition = this.states(preprocess, collect, queue, job, topic);
    const machine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(definition),
      timeout: cdk.Duration.hours(1),
      tracingEnabled: true,
      logs: { destination: logGroup('Workflow', `/aws/vendedlogs/states/${this.stackName}`), level: sfn.LogLevel.ALL, includeExecutionData: true },
      role: new Role(this, 'WorkflowRole', 'states.amazonaws.com', {
        AccessPolicy: [
          [['sns:Publish'], [topic.topicArn]],
          [['batch:SubmitJob', 'batch:TagResource'], [queue.jobQueueArn, job.jobDefinitionArn]],
          [['batch:DescribeJobs', 'batch:TerminateJob'], ['*']],
          [['events:PutRule', 'events:PutTargets', 'events:DescribeRule'], [this.formatArn({ service: 'events', resource: 'rule', resourceName: 'StepFunctionsGetEventsForBatchJobsRule' })]],
        ],
        InvokePolicy: [[['lambda:InvokeFunction'], [preprocess.functionArn, collect.functionArn]]],
        ObservePolicy: [[['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:PutResourcePolicy', 'xray:PutTraceSegments'], ['*']]],
      }).role,
    });
    this.watch(machine, queue, topic);
    for (const [name, value] of Object.entries({ BucketName: bucket.bucketName, StateMachineArn: machine.stateMachineArn })) {
      new cdk.CfnOutput(this, name, { value });
    }
  }

  private states(preprocess: lambda.IFunction, collect: lambda.IFunction, queue: batch.IJobQueue, job: batch.IJobDefinition, topic: sns.ITopic) {
    const errorAt = (resultPath: string) => ({ resultPath });
    const invoke = (id: string, lambdaFunction: lambda.IFunction) => new tasks.LambdaInvoke(this, id, {
      lambdaFunction,
      payload: sfn.TaskInput.fromObject({
        run: sfn.JsonPath.stringAt('$$.Execution.Name'), started: sfn.JsonPath.stringAt('$$.Execution.StartTime'), state: sfn.JsonPath.objectAt('$'),
      }),
      outputPath: '$.Payload',
    });
    const submit = (id: string, arraySize?: number) => new tasks.BatchSubmitJob(this, id, {
      jobName: 'BatchJobFanOut',
      jobQueueArn: queue.jobQueueArn,
      jobDefinitionArn: job.jobDefinitionArn,
      payload: sfn.TaskInput.fromJsonPathAt('$.batch_input'),
      arraySize,
      tags: { pipeline: this.stackName },
      resultPath: '$.job',
    });
    const notify = (id: string) => new tasks.SnsPublish(this, id, {
      topic, subject: sfn.JsonPath.stringAt('$.subject'), message: sfn.TaskInput.fromJsonPathAt('$.message'), resultPath: sfn.JsonPath.DISCARD,
    });
    const untold = new sfn.Fail(this, 'Notification Failed', { error: 'NotificationFailed', causePath: '$.notification_error.Cause' });
    const notifyFailure = notify('Notify Failure').addCatch(untold, errorAt('$.notification_error'));
    const describe = new sfn.Pass(this, 'Describe Failure', {
      parameters: { subject: 'FAILED', message: sfn.JsonPath.format('Run {}', sfn.JsonPath.stringAt('$$.Execution.Name')) },
    }).next(notifyFailure);
    const collected = invoke('Collect results', collect).addCatch(describe, errorAt('$.collect_error'))
      .next(new sfn.Choice(this, 'Check outcome')
        .when(sfn.Condition.stringEquals('$.outcome', 'SUCCEEDED'),
          notify('Notify Success').addCatch(untold, errorAt('$.notification_error')).next(new sfn.Succeed(this, 'Run Succeeded')))
        .otherwise(notifyFailure.next(new sfn.Fail(this, 'Run Failed', { errorPath: '$.error', causePath: '$.cause' }))));
    return invoke('Generate batch job input', preprocess).addCatch(collected).next(new sfn.Choice(this, 'Choose job')
      .when(sfn.Condition.numberEquals('$.shards', 0), collected)
      .when(sfn.Condition.numberEquals('$.shards', 1), submit('Submit Batch Job').addCatch(collected, errorAt('$.job_error')).next(collected))
      .otherwise(submit('Submit Batch Array Job', sfn.JsonPath.numberAt('$.shards')).addCatch(collected, errorAt('$.job_error')).next(collected)));
  }

  private watch(machine: sfn.IStateMachine, queue: batch.IJobQueue, topic: sns.Topic) {
    const undelivered = new sqs.Queue(this, 'Undelivered', { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: cdk.Duration.days(14) });
    const rule = (id: string, eventPattern: object) => new events.CfnRule(this, id, {
      eventPattern,
      targets: [{
        id: 'Topic', arn: topic.topicArn, deadLetterConfig: { arn: undelivered.queueArn },
        inputTransformer: { inputPathsMap: { detail: '$.detail' }, inputTemplate: '"<detail>"' },
      }],
    }).attrArn;
    const rules = [
      rule('UnreportedEnd', {
        'source': ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'],
        'detail': { stateMachineArn: [machine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      }),
      rule('BlockedQueue', { 'source': ['aws.batch'], 'detail-type': ['Batch Job Queue Blocked'], 'detail': { jobQueue: [queue.jobQueueArn] } }),
    ];
    const fromRules = (actions: string[], resource: string) => new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')], actions, resources: [resource], conditions: { ArnEquals: { 'aws:SourceArn': rules } },
    });
    topic.addToResourcePolicy(fromRules(['sns:Publish'], topic.topicArn));
    undelivered.addToResourcePolicy(fromRules(['sqs:SendMessage'], undelivered.queueArn));
    const alarm = undelivered.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }).createAlarm(this, 'UndeliveredMessages', {
      threshold: 0, comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, evaluationPeriods: 1,
    });
    (alarm.node.defaultChild as cloudwatch.CfnAlarm).alarmActions = [topic.topicArn];
  }
}

new Pipeline(new cdk.App(), 'Peer');
