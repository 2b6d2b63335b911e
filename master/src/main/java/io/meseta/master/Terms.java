package io.meseta.master;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.coordination.Term;
import io.meseta.master.registry.Registry;
import io.meseta.master.registry.RegistryChange;
import java.util.List;

/**
 * What the core's orders can do in the name of a term.
 *
 * <p>It is the term of the core that has to be named, not the newest one: this process may have
 * been deposed and elected again while the core still works off what it was told before. In the
 * name of the new term such a core would pass the fence that is there to stop it.
 */
interface Terms {

  /** Writes to the registry; refused if the term is over, here or at the latest by its fence. */
  void write(
      Term term, long writeId, List<RegistryChange> changes, Registry.WriteListener listener);

  /** Says that this master leads; nothing happens if the term is over. */
  void publish(Term term, MasterInfo self);

  /** Gives leadership back; nothing happens if the term is over anyway. */
  void stepDown(Term term, String reason);

  /** Gives leadership back, whatever term it is. */
  void stepDown(String reason);
}
