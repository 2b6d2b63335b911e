package io.meseta.master.http;

import io.meseta.api.v1.MasterInfo;
import java.util.Optional;

/** Where this master stands, as far as whoever calls it is concerned. */
public sealed interface Standing {

  /** It leads and answers. */
  record Leading(MasterInfo self) implements Standing {}

  /** It has won and still reads the registry. */
  record Recovering() implements Standing {}

  /** Another one leads, or nobody is known to. */
  record Following(Optional<MasterInfo> leader) implements Standing {}
}
