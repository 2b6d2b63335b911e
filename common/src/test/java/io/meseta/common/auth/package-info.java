/** Tests of authentication and of rate limits. */
@NullMarked
package io.meseta.common.auth;

import org.jspecify.annotations.NullMarked;
