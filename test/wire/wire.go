package wire

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// Respond writes the SDK's own type as the service would: JSON with names that begin with
// a small letter or with a capital one, or XML of the query protocol.
func Respond(w http.ResponseWriter, p Protocol, operation string, output any) {
	switch p {
	case Query:
		var body strings.Builder
		body.WriteString("<" + operation + "Response><" + operation + "Result>")
		appendXML(&body, reflect.ValueOf(output))
		body.WriteString("</" + operation + "Result></" + operation + "Response>")
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(body.String()))
	default:
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_ = json.NewEncoder(w).Encode(plain(reflect.ValueOf(output), p))
	}
}

// Refuse answers with an error of the service.
func Refuse(w http.ResponseWriter, p Protocol, refused Refusal) {
	w.Header().Set("X-Amzn-ErrorType", refused.Code)
	w.WriteHeader(http.StatusBadRequest)
	if p == Query {
		_, _ = w.Write([]byte("<ErrorResponse><Error><Code>" + refused.Code + "</Code><Message>" + refused.Message +
			"</Message></Error></ErrorResponse>"))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": refused.Code, "message": refused.Message})
}

// Refusal is an error of a service.
type Refusal struct{ Code, Message string }

// Error returns the code and the message.
func (r Refusal) Error() string { return r.Code + ": " + r.Message }

// Protocol is how a service writes its answers.
type Protocol int

// The protocols.
const (
	Small   Protocol = iota // Step Functions and Batch.
	Capital                 // EventBridge and SQS.
	Query                   // CloudFormation.
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
		for name, field := range members(v) {
			body.WriteString("<" + name + ">")
			appendXML(body, field)
			body.WriteString("</" + name + ">")
		}
	default:
		_ = xml.EscapeText(body, []byte(v.String()))
	}
}
