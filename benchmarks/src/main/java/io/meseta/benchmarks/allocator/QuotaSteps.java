package io.meseta.benchmarks.allocator;

import io.meseta.master.allocation.FrameworkFacts;
import java.util.List;

/** What the scenarios with many roles measure, when agents and quotas are there. */
final class QuotaSteps {
  private static final String FRAMEWORKS = "frameworks";
  private static final String FIRST = "first round";
  private static final String SECOND = "second round";
  private static final String PEAK_HEAP = "peak heap";
  private static final String OFFERS = "offers in the first round";

  private QuotaSteps() {}

  /** The offers stay unanswered, so that the second round has nothing to give. */
  static void measure(Run run, Subject subject, List<FrameworkFacts> frameworks, PeakHeap heap) {
    run.record(FRAMEWORKS, Samples.once(() -> subject.addFrameworks(frameworks)));
    run.record(FIRST, Samples.once(subject::round));
    int offers = subject.open().size();
    run.record(OFFERS, Figure.count(offers));
    run.record(SECOND, Samples.once(subject::round));
    run.record(PEAK_HEAP, heap.peak());
    Run.expect("offers in the second round", offers, subject.open().size());
  }
}
