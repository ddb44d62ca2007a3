// Package pace makes a stand-in for S3 as slow as S3: it answers after a while, sends and
// receives no more bytes a second than S3 does, and refuses with SlowDown what comes too fast.
// The answers themselves are the stand-in's own.
package pace
