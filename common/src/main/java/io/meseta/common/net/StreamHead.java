package io.meseta.common.net;

import java.util.OptionalLong;

/**
 * The head of an answer that goes on.
 *
 * @param headers with the content type
 * @param length of the body; empty for a chunked one
 */
record StreamHead(int status, Headers headers, OptionalLong length) {}
