package events

import (
	"encoding/json"

	"batchjobwithlambda/test/template"
)

// Event is an event as EventBridge sees it: decoded JSON.
type Event map[string]any

// Execution is what an event says of an execution that ended.
type Execution struct {
	ARN, MachineARN, Name, Status string
	Input                         json.RawMessage
	// Output is of an execution that succeeded, Error and Cause are of one that did not.
	Output       json.RawMessage
	Error, Cause string
}

// Ended is the event that Step Functions emits when a standard execution ends
// ("Automating Step Functions event delivery with EventBridge", AWS Step Functions
// Developer Guide). An execution that was stopped names no error unless whoever stopped
// it did.
func Ended(e Execution) Event {
	return newEvent("aws.states", "Step Functions Execution Status Change", e.ARN, map[string]any{
		"executionArn": e.ARN, "stateMachineArn": e.MachineARN, "name": e.Name, "status": e.Status,
		"startDate": 1551225146847.0, "stopDate": 1551225151881.0,
		"input": string(e.Input), "inputDetails": map[string]any{"included": true},
		"output": orNull(string(e.Output)), "outputDetails": nil,
		"stateMachineVersionArn": nil, "stateMachineAliasArn": nil,
		"redriveCount": 0.0, "redriveDate": nil, "redriveStatus": "REDRIVABLE", "redriveStatusReason": nil,
		"error": orNull(e.Error), "cause": orNull(e.Cause),
	})
}

// QueueBlocked is the event that AWS Batch emits when a job at the head of a queue cannot
// start ("Job queue blocked events", AWS Batch User Guide).
func QueueBlocked(queueARN, job, reason string) Event {
	arn := template.ARN("batch", "job/"+job)
	return newEvent("aws.batch", "Batch Job Queue Blocked", arn, map[string]any{
		"jobArn": arn, "jobName": "BatchJobFanOut", "jobId": job, "jobQueue": queueARN,
		"status": "RUNNABLE", "statusReason": reason, "attempts": []any{}, "createdAt": 1641944200058.0,
	})
}

// Created is the event that Amazon S3 sends when an object was written ("EventBridge event message
// structure", Amazon S3 User Guide).
func Created(bucket, key, etag string, size int64) Event {
	return newEvent("aws.s3", "Object Created", "arn:"+template.Partition+":s3:::"+bucket, map[string]any{
		"version": "0", "bucket": map[string]any{"name": bucket},
		"object":     map[string]any{"key": key, "size": float64(size), "etag": etag, "sequencer": "617f08299329d189"},
		"request-id": "N4N7GDK58NMKJ12R", "requester": template.Account, "source-ip-address": "1.2.3.4",
		"reason": "PutObject",
	})
}

func newEvent(source, detailType, resource string, detail map[string]any) Event {
	return Event{
		"version": "0", "id": "315c1398-40ff-a850-213b-158f73e60175", "detail-type": detailType, "source": source,
		"account": template.Account, "time": "2026-01-01T00:00:00Z", "region": template.Region,
		"resources": []any{resource}, "detail": detail,
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
