package histogram_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"batchjobwithlambda/lambda/internal/histogram"
)

func TestAQuantileIsOffByThreePercentAtMost(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() int64{
		"milliseconds": func() int64 { return random.Int64N(600_000) },
		"bytes":        func() int64 { return int64(math.Exp2(20 + 15*random.Float64())) },
		"small":        func() int64 { return random.Int64N(40) },
		"anything":     random.Int64,
	} {
		var h, other histogram.Histogram
		var all []int64
		for i := range 10_000 {
			number := draw()
			all = append(all, number)
			if i%2 == 0 {
				h.Add(number)
			} else {
				other.Add(number)
			}
		}
		h.Merge(&other)
		slices.Sort(all)
		for _, share := range []float64{0, 0.01, 0.5, 0.9, 0.99} {
			got, want := h.Quantile(share), all[int(share*float64(len(all)))]
			if math.Abs(float64(got-want)) > 0.032*float64(want) {
				t.Errorf("%s: %v: got %d, want %d", name, share, got, want)
			}
		}
		if got, want := h.Max(), all[len(all)-1]; got != want || h.Quantile(1) != want {
			t.Errorf("%s: got %d and %d for the largest, want %d", name, got, h.Quantile(1), want)
		}
	}
}

func TestTheExtremesAreCounted(t *testing.T) {
	var h histogram.Histogram
	if h.Max() != 0 || h.Quantile(0.5) != 0 {
		t.Errorf("got %d and %d of no numbers, want 0", h.Max(), h.Quantile(0.5))
	}
	for _, number := range []int64{-1, 0, 1, 15, 16, 31, 32, 33, math.MaxInt64} {
		h.Add(number)
	}
	if h.Max() != math.MaxInt64 || h.Quantile(0) != 0 || h.Quantile(0.5) != 16 {
		t.Errorf("got %d, %d and %d", h.Max(), h.Quantile(0), h.Quantile(0.5))
	}
}
