package io.meseta.master.http.read;

import io.meseta.master.http.AboutMaster;
import io.meseta.master.http.Standing;
import io.meseta.master.view.MasterView;
import java.util.function.Supplier;

/**
 * What answers are made from.
 *
 * @param view the newest
 */
public record ReadSources(
    Supplier<Standing> standing, Supplier<MasterView> view, AboutMaster about) {}
