#!/bin/bash
# Prepares an instance for jobs. A step that fails leaves the instance as it was: a job then runs on
# the encrypted disk, and each step says so in /var/log/cloud-init-output.log.

# Jobs have the network of the instance, whose metadata lead to its role. Only root may ask, and no
# job is root. Where that cannot be said, the instance takes no jobs.
iptables --insert OUTPUT --destination 169.254.169.254 --match owner ! --uid-owner 0 --jump REJECT ||
	systemctl mask --now ecs

cat >>/etc/ecs/ecs.config <<CONFIG
ECS_DISABLE_PRIVILEGED=true
ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=1m
CONFIG

# The volumes of jobs are on the disks that the instance has itself, if it has any. They are encrypted
# by their hardware, and empty when it starts.
mapfile -t disks < <(lsblk --nodeps --paths --noheadings --output NAME,MODEL |
	awk '/Amazon EC2 NVMe Instance Storage/ { print $1 }')
if [ "${#disks[@]}" -gt 1 ] && command -v mdadm; then
	mdadm --create /dev/md0 --level=0 --raid-devices="${#disks[@]}" "${disks[@]}" && disks=(/dev/md0)
fi
if [ "${#disks[@]}" -gt 0 ] && mkfs.xfs -f "${disks[0]}"; then
	systemctl stop docker.socket docker
	mkdir -p /var/lib/docker/volumes
	mount -o noatime,nodev "${disks[0]}" /var/lib/docker/volumes
	systemctl start docker
fi
