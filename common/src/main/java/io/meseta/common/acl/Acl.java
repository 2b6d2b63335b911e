package io.meseta.common.acl;

/** One entry of a list: these principals may do it to these objects, and to no others. */
public record Acl(Entities principals, Entities objects) {}
