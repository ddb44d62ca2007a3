package objects

import (
	"path"
	"strings"
)

// contentTypes are the media types of what pipelines commonly make, by the end of the name. A
// table of our own, because that of Go's package mime depends on the machine.
var contentTypes = map[string]string{
	".avif":    "image/avif",
	".bz2":     "application/x-bzip2",
	".css":     "text/css",
	".csv":     "text/csv",
	".flac":    "audio/flac",
	".gif":     "image/gif",
	".gz":      "application/gzip",
	".htm":     "text/html",
	".html":    "text/html",
	".jpeg":    "image/jpeg",
	".jpg":     "image/jpeg",
	".js":      "text/javascript",
	".json":    "application/json",
	".jsonl":   "application/jsonl",
	".m4a":     "audio/mp4",
	".md":      "text/markdown",
	".mov":     "video/quicktime",
	".mp3":     "audio/mpeg",
	".mp4":     "video/mp4",
	".ogg":     "audio/ogg",
	".parquet": "application/vnd.apache.parquet",
	".pdf":     "application/pdf",
	".png":     "image/png",
	".svg":     "image/svg+xml",
	".tar":     "application/x-tar",
	".tif":     "image/tiff",
	".tiff":    "image/tiff",
	".txt":     "text/plain",
	".wav":     "audio/wav",
	".webm":    "video/webm",
	".webp":    "image/webp",
	".xml":     "application/xml",
	".zip":     "application/zip",
	".zst":     "application/zstd",
}

// contentType is the media type of an object with the key, or nil: then S3 takes its own default,
// binary/octet-stream.
func contentType(key string) *string {
	known, ok := contentTypes[strings.ToLower(path.Ext(key))]
	if !ok {
		return nil
	}
	return &known
}
