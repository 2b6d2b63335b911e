/**
 * What the pages of a master and of an agent have in common, in the form that Mesos's tools read.
 */
@NullMarked
package io.meseta.common.pages;

import org.jspecify.annotations.NullMarked;
