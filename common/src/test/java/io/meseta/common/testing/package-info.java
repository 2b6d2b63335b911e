/**
 * What tests of several modules use: the test jar of this module brings it to the modules above.
 */
@NullMarked
package io.meseta.common.testing;

import org.jspecify.annotations.NullMarked;
