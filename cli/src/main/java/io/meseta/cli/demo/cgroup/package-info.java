/**
 * What the kernel enforces for a process, read from its own files and from nowhere else.
 *
 * <p>{@link io.meseta.cli.demo.cgroup.CgroupReader} finds the cgroup of a process through {@code
 * /proc/<pid>/cgroup} and the mounts in {@code /proc/self/mountinfo}; {@link
 * io.meseta.cli.demo.cgroup.Cgroup} is what stands there, the same for version 1 and version 2.
 * File names and formats: the kernel's {@code Documentation/admin-guide/cgroup-v1} and {@code
 * cgroup-v2.rst}.
 */
@NullMarked
package io.meseta.cli.demo.cgroup;

import org.jspecify.annotations.NullMarked;
