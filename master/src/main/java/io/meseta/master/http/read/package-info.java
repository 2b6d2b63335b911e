/**
 * Everything that only reads, answered from the published {@link io.meseta.master.view.MasterView}.
 *
 * <pre>
 * request ─► {@link io.meseta.master.http.read.Reader}: leading? not modified?
 *         ─► {@link io.meseta.master.http.read.Renderings}: the same answer of the same view is made once
 *         ─► {@link io.meseta.master.http.read.Answer}: pieces, each made when first wanted, on the workers
 *         ─► whole, if it is one piece; otherwise streamed, as fast as the client reads
 * </pre>
 *
 * <p>A piece is a function of a view, which never changes: whoever needs one that is kept no more
 * makes it again. So the memory for answers is bounded, however large they are and however slow
 * their readers.
 *
 * <p>Nothing here can reach the core or its loop; a test of the build sees to that.
 */
@NullMarked
package io.meseta.master.http.read;

import org.jspecify.annotations.NullMarked;
