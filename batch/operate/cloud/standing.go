package cloud

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"batchjobwithlambda/batch/operate/cost"
)

// day is the period of the metrics that are read: S3 writes its own once a day.
const day = 24 * time.Hour

// Standing returns what the stack has besides runs; see [runs.Place]. It does not know what a bucket
// keeps in other storage classes than S3 Standard.
func (p *Place) Standing(ctx context.Context, from, to time.Time) (cost.Standing, error) {
	if deployed := aws.ToTime(p.stack.CreationTime); deployed.After(from) {
		from = deployed
	}
	ids, err := p.resources(ctx)
	if err != nil {
		return cost.Standing{}, err
	}
	standing := cost.Standing{For: to.Sub(from), Resources: map[string]int{}}
	for kind, of := range ids {
		standing.Resources[kind] = len(of)
	}
	if standing.Endpoints, err = p.endpointSubnets(ctx, ids["AWS::EC2::VPCEndpoint"]); err != nil {
		return cost.Standing{}, err
	}
	logs := metric{"AWS/Logs", "IncomingBytes", "Sum", "LogGroupName", nil}
	if standing.Logged, _, err = p.sum(ctx, logs, ids["AWS::Logs::LogGroup"], from, to); err != nil {
		return cost.Standing{}, err
	}
	buckets := metric{"AWS/S3", "BucketSizeBytes", "Average", "BucketName", []types.Dimension{
		{Name: aws.String("StorageType"), Value: aws.String("StandardStorage")},
	}}
	stored, days, err := p.sum(ctx, buckets, ids["AWS::S3::Bucket"], from, to)
	standing.Stored = stored / float64(max(days, 1))
	return standing, err
}

// endpointSubnets is how many subnets the interface endpoints have together: each is billed by the
// hour in each of them.
func (p *Place) endpointSubnets(ctx context.Context, ids []string) (int, error) {
	if len(ids) == 0 { // None given would mean all of the account.
		return 0, nil
	}
	found, err := describe[struct {
		Subnets []string `xml:"subnetIdSet>item"`
	}](ctx, p.ec2, "DescribeVpcEndpoints", filter{"vpc-endpoint-id", ids})
	number := 0
	for _, endpoint := range found { // One of a gateway has none.
		number += len(endpoint.Subnets)
	}
	return number, err
}

// metric is one of CloudWatch, of which each resource has its own.
type metric struct {
	namespace, name, statistic string
	// dimension is what names the resource, and besides are the other dimensions.
	dimension string
	besides   []types.Dimension
}

// sum returns the sum of a metric over the days and the resources, and how many days the one has
// that has the most.
func (p *Place) sum(
	ctx context.Context,
	m metric,
	resources []string,
	from, to time.Time,
) (sum float64, days int, err error) {
	if len(resources) == 0 {
		return 0, 0, nil
	}
	input := cloudwatch.GetMetricDataInput{StartTime: aws.Time(from.Truncate(day)), EndTime: &to}
	for i, resource := range resources {
		input.MetricDataQueries = append(input.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String("m" + strconv.Itoa(i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{
					Namespace:  &m.namespace,
					MetricName: &m.name,
					Dimensions: append([]types.Dimension{{Name: &m.dimension, Value: &resource}}, m.besides...),
				},
				Period: aws.Int32(int32(day.Seconds())),
				Stat:   &m.statistic,
			},
		})
	}
	pages := cloudwatch.NewGetMetricDataPaginator(p.alarms, &input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, 0, err
		}
		for _, result := range page.MetricDataResults {
			days = max(days, len(result.Values))
			for _, value := range result.Values {
				sum += value
			}
		}
	}
	return sum, days, nil
}
