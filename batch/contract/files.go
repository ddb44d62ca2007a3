package contract

// FilesDir is the path of a folder with files that the command reads beside its objects, such as a
// dictionary or a model: all that is below [FilesPrefix] in the pipeline's own bucket, each under the
// rest of its key. A job downloads them once.
const FilesDir = "{files}"

// FilesPrefix is where the files of [FilesDir] are in the pipeline's own bucket.
const FilesPrefix = "files/"

// MetadataFiles says of an output which content the files of [FilesDir] had.
const MetadataFiles = "files"
