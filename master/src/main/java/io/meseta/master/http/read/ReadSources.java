package io.meseta.master.http.read;

import io.meseta.master.http.AboutMaster;
import io.meseta.master.http.Standing;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import java.util.function.Supplier;

/**
 * What answers are made from.
 *
 * @param view the newest
 * @param filters what of it a caller is shown
 */
public record ReadSources(
    Supplier<Standing> standing,
    Supplier<MasterView> view,
    AboutMaster about,
    ReadFilters filters) {}
