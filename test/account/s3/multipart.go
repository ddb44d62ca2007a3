package s3

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// The limits of an upload in parts ("Amazon S3 multipart upload limits", Amazon S3
// User Guide).
const (
	minPartBytes  = 5 << 20 // All parts but the last.
	maxPartNumber = 10_000
)

// upload is an object of which the parts are still coming.
type upload struct {
	key        string
	metadata   map[string]string
	attributes Attributes
	parts      map[int]Object
}

// listedPart is a part as the request that completes an upload names it.
type listedPart struct {
	PartNumber int
	ETag       string
}

func (s *Server) createUpload(w http.ResponseWriter, r *http.Request, bucketName, key string) error {
	if err := knowsOnly(r, "uploads"); err != nil {
		return err
	}
	metadata, err := userMetadata(r.Header)
	if err != nil {
		return err
	}
	attributes, err := readAttributes(r.Header)
	if err != nil {
		return err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	b := s.store.buckets[bucketName]
	if b == nil {
		return errNoSuchBucket(bucketName)
	}
	id := rand.Text()
	b.uploads[id] = &upload{key: key, metadata: metadata, attributes: attributes, parts: map[int]Object{}}
	writeXML(w, http.StatusOK, struct {
		XMLName               xml.Name `xml:"InitiateMultipartUploadResult"`
		Bucket, Key, UploadId string
	}{Bucket: bucketName, Key: key, UploadId: id})
	return nil
}

func (s *Server) uploadPart(w http.ResponseWriter, r *http.Request, bucketName, key string) error {
	if err := knowsOnly(r, "uploadId", "partNumber"); err != nil {
		return err
	}
	number, err := strconv.Atoi(r.URL.Query().Get("partNumber"))
	if err != nil || number < 1 || number > maxPartNumber {
		return &Error{
			Status:  http.StatusBadRequest,
			Code:    "InvalidArgument",
			Message: fmt.Sprintf("Part number must be an integer between 1 and %d", maxPartNumber),
		}
	}
	part, err := s.receive(r)
	if err != nil {
		return err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	u, err := s.store.upload(bucketName, key, r)
	if err != nil {
		os.Remove(part.path)
		return err
	}
	if before, ok := u.parts[number]; ok {
		os.Remove(before.path)
	}
	u.parts[number] = part
	w.Header().Set("ETag", quote(part.ETag))
	return nil
}

func (s *Server) completeUpload(w http.ResponseWriter, r *http.Request, bucketName, key string) error {
	if err := knowsOnly(r, "uploadId"); err != nil {
		return err
	}
	var request struct{ Part []listedPart }
	if err := xml.NewDecoder(r.Body).Decode(&request); err != nil || len(request.Part) == 0 {
		return &Error{
			Status:  http.StatusBadRequest,
			Code:    "MalformedXML",
			Message: "The XML you provided was not well-formed",
		}
	}
	u, parts, err := s.store.takeUpload(bucketName, key, r, request.Part)
	if err != nil {
		return err
	}
	defer u.remove()
	object, err := s.store.join(parts)
	if err != nil {
		return err
	}
	object.Metadata = u.metadata
	object.as(u.attributes)
	if err := s.store.place(bucketName, key, object); err != nil {
		return err
	}
	writeXML(w, http.StatusOK, struct {
		XMLName           xml.Name `xml:"CompleteMultipartUploadResult"`
		Bucket, Key, ETag string
	}{Bucket: bucketName, Key: key, ETag: quote(object.ETag)})
	return nil
}

// takeUpload ends the upload, and returns it with the listed parts; if the list is
// wrong, the upload stays.
func (s *Store) takeUpload(bucketName, key string, r *http.Request, list []listedPart) (*upload, []Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.upload(bucketName, key, r)
	if err != nil {
		return nil, nil, err
	}
	var parts []Object
	previous := 0
	for i, listed := range list {
		part, ok := u.parts[listed.PartNumber]
		switch {
		case !ok || part.ETag != strings.Trim(listed.ETag, `"`):
			return nil, nil, &Error{
				Status:  http.StatusBadRequest,
				Code:    "InvalidPart",
				Message: fmt.Sprintf("part %d was not uploaded, or is another", listed.PartNumber),
			}
		case listed.PartNumber <= previous:
			return nil, nil, &Error{
				Status:  http.StatusBadRequest,
				Code:    "InvalidPartOrder",
				Message: "The list of parts was not in ascending order.",
			}
		case part.Size < minPartBytes && i < len(list)-1:
			return nil, nil, &Error{
				Status:  http.StatusBadRequest,
				Code:    "EntityTooSmall",
				Message: "Your proposed upload is smaller than the minimum allowed size",
			}
		}
		previous = listed.PartNumber
		parts = append(parts, part)
	}
	delete(s.buckets[bucketName].uploads, r.URL.Query().Get("uploadId"))
	return u, parts, nil
}

// join makes one object of the parts, with the ETag that shows how many they were.
func (s *Store) join(parts []Object) (Object, error) {
	sum := md5.New()
	var contents []io.Reader
	for _, part := range parts {
		file, err := part.Open()
		if err != nil {
			return Object{}, err
		}
		defer file.Close()
		contents = append(contents, file)
		digest, err := hex.DecodeString(part.ETag)
		if err != nil {
			return Object{}, err
		}
		sum.Write(digest)
	}
	object, err := s.write(io.MultiReader(contents...))
	object.ETag, object.crc32 = fmt.Sprintf("%x-%d", sum.Sum(nil), len(parts)), ""
	return object, err
}

func (s *Server) abortUpload(w http.ResponseWriter, r *http.Request, bucketName, key string) error {
	if err := knowsOnly(r, "uploadId"); err != nil {
		return err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	u, err := s.store.upload(bucketName, key, r)
	if err != nil {
		return err
	}
	delete(s.store.buckets[bucketName].uploads, r.URL.Query().Get("uploadId"))
	u.remove()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// upload finds the upload that the request is about. The store has to be locked.
func (s *Store) upload(bucketName, key string, r *http.Request) (*upload, error) {
	b := s.buckets[bucketName]
	if b == nil {
		return nil, errNoSuchBucket(bucketName)
	}
	u := b.uploads[r.URL.Query().Get("uploadId")]
	if u == nil || u.key != key {
		return nil, &Error{Status: http.StatusNotFound, Code: "NoSuchUpload", Message: "The specified upload does not exist."}
	}
	return u, nil
}

func (u *upload) remove() {
	for _, part := range u.parts {
		os.Remove(part.path)
	}
}
