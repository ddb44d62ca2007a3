// Preprocess is the function that plans a run: it finds the objects, cuts them into
// shards of about equal work, and writes the manifest and its index.
//
// It writes nothing before the input is accepted, the manifest appears whole or not at
// all, and the index comes last. So a run that could not be planned left nothing that
// a job could work on.
package main
