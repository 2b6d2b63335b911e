/**
 * Control groups: by which the kernel holds a container to its limits, tells what it uses, and
 * knows all processes of it, whatever they did to get lost.
 *
 * <pre>
 * CgroupMounts: what is mounted ─► Cgroups: what of it can be used ─► a Cgroup per container
 *                                                                      CgroupV1, CgroupV2
 * CgroupStatistics: any process, of any containerizer ─► what its container uses
 * </pre>
 *
 * <p>Version 1 has a tree per controller, version 2 one tree for all. Where both are mounted, the
 * controllers are looked for in version 1 first: a controller is in one of the two only.
 */
@NullMarked
package io.meseta.agent.container.cgroup;

import org.jspecify.annotations.NullMarked;
