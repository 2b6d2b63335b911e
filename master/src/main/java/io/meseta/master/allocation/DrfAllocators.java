package io.meseta.master.allocation;

import java.util.function.Supplier;

/** Makes allocators that know nothing yet, each with these options; plain data, unlike a lambda. */
public record DrfAllocators(AllocationOptions options) implements Supplier<Allocator> {

  @Override
  public Allocator get() {
    return new DrfAllocator(options);
  }
}
