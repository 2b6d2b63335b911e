/**
 * Files that a daemon lets be read over HTTP, as the tools of Mesos read them: sandboxes of an
 * agent, the log of a master. What can be read is what {@link io.meseta.common.files.ReadableFiles}
 * opens; {@link io.meseta.common.files.FilePages} turns that into pages.
 */
@NullMarked
package io.meseta.common.files;

import org.jspecify.annotations.NullMarked;
