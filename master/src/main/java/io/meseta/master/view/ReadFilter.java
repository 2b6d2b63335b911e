package io.meseta.master.view;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;

/** What of a view somebody is shown. Pure; equal filters show the same. */
public interface ReadFilter {

  /** Shows everything: answers by it can be shared. */
  ReadFilter ALL =
      new ReadFilter() {
        @Override
        public boolean showsEverything() {
          return true;
        }

        @Override
        public boolean showsWholeCluster() {
          return true;
        }

        @Override
        public String tag() {
          return "";
        }

        @Override
        public boolean showsFramework(FrameworkInfo framework) {
          return true;
        }

        @Override
        public boolean showsTask(FrameworkInfo framework, Task task) {
          return true;
        }

        @Override
        public boolean showsExecutor(FrameworkInfo framework, ExecutorInfo executor) {
          return true;
        }

        @Override
        public boolean showsRole(String role) {
          return true;
        }

        @Override
        public boolean showsQuota(String role) {
          return true;
        }

        @Override
        public boolean showsFlags() {
          return true;
        }
      };

  /** Whether nothing is hidden from anybody, so that nothing has to be asked. */
  default boolean showsEverything() {
    return false;
  }

  /** Whether nothing of the cluster is hidden; what is said of the master itself may be. */
  default boolean showsWholeCluster() {
    return showsEverything();
  }

  /**
   * What tells an answer by this filter apart from those by others: empty if everything is shown.
   */
  String tag();

  /** Whether a framework is shown at all; if not, nothing of it is. */
  boolean showsFramework(FrameworkInfo framework);

  /** Whether one of the tasks of a framework that is shown is. */
  boolean showsTask(FrameworkInfo framework, Task task);

  /** Whether one of the executors of a framework that is shown is. */
  boolean showsExecutor(FrameworkInfo framework, ExecutorInfo executor);

  /** Whether a role, its weight and what is reserved for it are shown. */
  boolean showsRole(String role);

  /** Whether the quota of a role that is shown is. */
  boolean showsQuota(String role);

  /** Whether the master's flags are shown. */
  boolean showsFlags();
}
