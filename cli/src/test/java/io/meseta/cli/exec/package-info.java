/** Tests of looking inside tasks, against daemons made of an HTTP server and canned pages. */
@NullMarked
package io.meseta.cli.exec;

import org.jspecify.annotations.NullMarked;
