// Package image builds the job's image from its Dockerfile without Docker, where the
// Dockerfile needs nothing run: the layers of the base image, one layer with the files that it
// copies, and its settings. The same files on the same base give the same digest, whoever
// builds, wherever and whenever: owners, modes and order are the Dockerfile's, times are 1970.
//
// [Read] refuses whatever it cannot build exactly as BuildKit would, with the line: RUN, ADD,
// ARG, a second stage, a variable, an owner by name. Docker builds those.
//
// The package is part of the deployment and of nothing else: only its command, push, imports
// it. It knows neither the CDK nor AWS.
package image
