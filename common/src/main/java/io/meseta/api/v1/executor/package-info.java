/** The executor API: what executors ask of their agent, and what they are told. */
@NullMarked
package io.meseta.api.v1.executor;

import org.jspecify.annotations.NullMarked;
