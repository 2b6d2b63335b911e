/**
 * What would be offered to whom: the allocation run on the state of a cluster, outside of its
 * master and with changes that nobody has made yet.
 *
 * <pre>
 *   state.json ─► StateFile ─► Snapshot ─► Changes ─► Trial (DrfAllocator, one cycle) ─► TrialText
 * </pre>
 */
@NullMarked
package io.meseta.cli.whatif;

import org.jspecify.annotations.NullMarked;
