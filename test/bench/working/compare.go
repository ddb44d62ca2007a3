package main

import (
	"fmt"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

// throughput is how many objects a second something works on, and which share of its time it
// waits.
type throughput struct {
	name       string
	rate, idle figures.Series
}

func (t *throughput) add(objects int, used program.Usage) {
	t.rate = append(t.rate, float64(objects)/used.Time.Seconds())
	t.idle = append(t.idle, max(0, 1-used.CPU.Seconds()/used.Time.Seconds()))
}

func (t *throughput) String() string {
	return fmt.Sprintf("%s %.3g (%.2f)", t.name, t.rate.Median(), t.idle.Median())
}

// compare has the worker and its peers do the same work, in turns.
func (b *bench) compare(sheet *figures.Sheet, k kind) error {
	s, err := serve(shard{objects: k.objects, size: k.size}, pace.S3)
	if err != nil {
		return err
	}
	defer s.close()
	worker := throughput{name: "worker"}
	staged := make([]throughput, len(peers))
	var own load
	for range b.rounds {
		used, err := own.during(func() (program.Usage, error) { return b.work(s, standard, b.arguments(k.command)...) })
		if err != nil {
			return err
		}
		worker.add(k.objects, used)
		for i, peer := range peers {
			staged[i].name = peer.name
			used, err := b.stage(s, peer, k)
			if err != nil {
				return fmt.Errorf("%s: %w", peer.name, err)
			}
			staged[i].add(k.objects, used)
		}
	}
	best := staged[0]
	beside := worker.String()
	for i, peer := range staged {
		beside += ", " + peer.String()
		if !peers[i].beside && peer.rate.Median() > best.rate.Median() {
			best = peer
		}
	}
	var ratio figures.Series
	for i := range worker.rate {
		ratio = append(ratio, worker.rate[i]/best.rate[i])
	}
	sheet.AtLeast(k.name, ratio, k.bound, "", fmt.Sprintf("%s objects a second (share of time idle); %s", beside, &own))
	return nil
}
