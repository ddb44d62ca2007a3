package inventory

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"

	"batchjobwithlambda/batch/contract"
)

// Of an object is sorted, besides its key, some 20 bytes, of which the ETag takes 17. With what differs
// from the key before it, an object takes less than 50 bytes, so 100 million fit twice into what a
// function may keep.

// md5Bytes is the length of an ETag that is an MD5, as most are.
const md5Bytes = 16

// appendAttributes appends what an object has besides its key. An ETag has its length
// and one before it, or 0 if it is an MD5, which takes half of its digits then.
func appendAttributes(line []byte, object contract.Object) []byte {
	line = binary.AppendUvarint(line, uint64(object.Size))
	var sum [md5Bytes]byte
	if len(object.ETag) == 2*md5Bytes {
		if _, err := hex.Decode(sum[:], []byte(object.ETag)); err == nil && hex.EncodeToString(sum[:]) == object.ETag {
			return append(append(line, 0), sum[:]...)
		}
	}
	line = binary.AppendUvarint(line, uint64(len(object.ETag)+1))
	return append(line, object.ETag...)
}

// readAttributes reads what [appendAttributes] wrote.
func readAttributes(r *bytes.Reader) (size int64, eTag string, err error) {
	number, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, "", err
	}
	length, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, "", err
	}
	if length == 0 {
		var sum [md5Bytes]byte
		_, err = io.ReadFull(r, sum[:])
		return int64(number), hex.EncodeToString(sum[:]), err
	}
	text := make([]byte, length-1)
	_, err = io.ReadFull(r, text)
	return int64(number), string(text), err
}
