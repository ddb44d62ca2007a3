package limits

import "testing"

// Every pair of the table in "Task definition parameters for Fargate" has its ends here.
func TestFargatesPairsAreThoseOfItsTable(t *testing.T) {
	for vCPU, want := range map[float64]struct{ least, most, sizes int }{
		0.25: {512, 2048, 3},
		0.5:  {1024, 4096, 4},
		1:    {2048, 8192, 7},
		2:    {4096, 16384, 13},
		4:    {8192, 30720, 23},
		8:    {16384, 61440, 12},
		16:   {32768, 122880, 12},
	} {
		sizes := FargateMemoryMiB(vCPU)
		if len(sizes) != want.sizes || sizes[0] != want.least || sizes[len(sizes)-1] != want.most {
			t.Errorf("%v vCPU: %v, want %d sizes from %d to %d", vCPU, sizes, want.sizes, want.least, want.most)
		}
	}
	if sizes := FargateMemoryMiB(3); sizes != nil {
		t.Errorf("3 vCPU: %v, want none", sizes)
	}
	if got := len(FargateVCPUs()); got != 7 {
		t.Errorf("%d numbers of vCPUs, want 7", got)
	}
}
