package io.meseta.master.view;

import io.meseta.api.v1.Task;
import io.meseta.common.resources.Resources;

/**
 * One task at one moment.
 *
 * @param role for which its resources were offered
 * @param resources those of {@code task}, in the form that can be computed with
 * @param released whether it holds them no more, because it has ended
 */
public record TaskView(Task task, String role, Resources resources, boolean released) {}
