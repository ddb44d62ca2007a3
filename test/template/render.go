package template

import (
	"encoding/json"
	"strings"
)

// Render writes a value with intrinsic functions as one line: "${Bucket.Arn}/input/*".
func Render(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		return renderList(value, ", ")
	case map[string]any:
		for function, argument := range value {
			switch function {
			case "Ref":
				return "${" + ShortName(Render(argument)) + "}"
			case "Fn::GetAtt":
				list := argument.([]any)
				return "${" + ShortName(Render(list[0])) + "." + Render(list[1]) + "}"
			case "Fn::FindInMap":
				return "${" + renderList(argument.([]any), ".") + "}"
			case "Fn::Select", "Fn::Split": // A part is written as the whole.
				return Render(argument.([]any)[1])
			case "Fn::Join":
				list := argument.([]any)
				return renderList(list[1].([]any), Render(list[0]))
			case "Fn::Sub":
				return Render(argument)
			}
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // It came from JSON.
	}
	return string(text)
}

func renderList(list []any, separator string) string {
	parts := make([]string, len(list))
	for i, part := range list {
		parts[i] = Render(part)
	}
	return strings.Join(parts, separator)
}
