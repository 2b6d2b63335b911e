/** The operator API of the master: requests, answers, event stream. */
@NullMarked
package io.meseta.api.v1.master;

import org.jspecify.annotations.NullMarked;
