package wire

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Respond writes the SDK's own type as the service would. Of EC2, whose types take minutes to
// compile, the output is the text of what is inside the response.
func Respond(w http.ResponseWriter, p Protocol, operation string, output any) {
	switch p {
	case EC2Query:
		w.Header().Set("Content-Type", "text/xml")
		_, _ = fmt.Fprintf(w, "<%sResponse xmlns=%q>%s</%sResponse>",
			operation, "http://ec2.amazonaws.com/doc/2016-11-15/", output, operation)
	case Query:
		var body strings.Builder
		body.WriteString("<" + operation + "Response><" + operation + "Result>")
		appendXML(&body, reflect.ValueOf(output))
		body.WriteString("</" + operation + "Result></" + operation + "Response>")
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(body.String()))
	case CBOR:
		writeCBOR(w, http.StatusOK, plain(reflect.ValueOf(output), p))
	default:
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_ = json.NewEncoder(w).Encode(plain(reflect.ValueOf(output), p))
	}
}

// Refuse answers with an error of the service.
func Refuse(w http.ResponseWriter, p Protocol, refused Refusal) {
	w.Header().Set("X-Amzn-ErrorType", refused.Code)
	if p == CBOR {
		writeCBOR(w, http.StatusBadRequest, map[string]any{"__type": refused.Code, "message": refused.Message})
		return
	}
	w.WriteHeader(http.StatusBadRequest)
	switch p {
	case Query:
		_, _ = w.Write([]byte("<ErrorResponse><Error><Code>" + refused.Code + "</Code><Message>" + refused.Message +
			"</Message></Error></ErrorResponse>"))
	case EC2Query:
		_, _ = w.Write([]byte("<Response><Errors><Error><Code>" + refused.Code + "</Code><Message>" + refused.Message +
			"</Message></Error></Errors></Response>"))
	default:
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": refused.Code, "message": refused.Message})
	}
}

// Refusal is an error of a service.
type Refusal struct{ Code, Message string }

// Error returns the code and the message.
func (r Refusal) Error() string { return r.Code + ": " + r.Message }

// Protocol is how a service writes its answers.
type Protocol int

// The protocols.
const (
	Small    Protocol = iota // JSON with names that begin with a small letter: Step Functions, Batch, ECR, Logs.
	Capital                  // JSON with names that begin with a capital one: EventBridge, SQS, KMS, Lambda, Service Quotas.
	Query                    // XML: CloudFormation, SNS, IAM.
	EC2Query                 // XML of another shape: EC2.
	CBOR                     // CloudWatch.
)

// plain is the value as encoding/json may write it.
func plain(v reflect.Value, p Protocol) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem(), p)
	case reflect.Slice:
		list := make([]any, 0, v.Len())
		for i := range v.Len() {
			list = append(list, plain(v.Index(i), p))
		}
		return list
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = plain(v.MapIndex(key), p)
		}
		return entries
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			return float64(at.UnixMilli()) / 1000
		}
		fields := map[string]any{}
		for name, field := range members(v) {
			if p == Small {
				name = strings.ToLower(name[:1]) + name[1:]
			}
			fields[name] = plain(field, p)
		}
		return fields
	default:
		return v.Interface()
	}
}

// members are the fields of a type of the SDK that are set.
func members(v reflect.Value) map[string]reflect.Value {
	set := map[string]reflect.Value{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.IsExported() && field.Name != "ResultMetadata" && !v.Field(i).IsZero() {
			set[field.Name] = v.Field(i)
		}
	}
	return set
}

func appendXML(body *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		appendXML(body, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			body.WriteString("<member>")
			appendXML(body, v.Index(i))
			body.WriteString("</member>")
		}
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			body.WriteString(at.Format(time.RFC3339))
			return
		}
		for name, field := range members(v) {
			body.WriteString("<" + name + ">")
			appendXML(body, field)
			body.WriteString("</" + name + ">")
		}
	default:
		_ = xml.EscapeText(body, fmt.Append(nil, v.Interface()))
	}
}

func writeCBOR(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.WriteHeader(status)
	_, _ = w.Write(cbor.Encode(toCBOR(reflect.ValueOf(value))))
}

// toCBOR is what [plain] made, for CBOR.
func toCBOR(v reflect.Value) cbor.Value {
	switch v.Kind() {
	case reflect.Interface:
		return toCBOR(v.Elem())
	case reflect.Slice:
		list := cbor.List{}
		for i := range v.Len() {
			list = append(list, toCBOR(v.Index(i)))
		}
		return list
	case reflect.Map:
		entries := cbor.Map{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = toCBOR(v.MapIndex(key))
		}
		return entries
	case reflect.Int32, reflect.Int64, reflect.Int:
		return cbor.Uint(v.Int())
	case reflect.Float64:
		return cbor.Float64(v.Float())
	case reflect.Bool:
		return cbor.Bool(v.Bool())
	default:
		return cbor.String(fmt.Sprint(v.Interface()))
	}
}
