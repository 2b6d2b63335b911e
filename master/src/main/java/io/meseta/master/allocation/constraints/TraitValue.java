package io.meseta.master.allocation.constraints;

/** What a constraint finds where it looks. */
sealed interface TraitValue {
  TraitValue MISSING = new Missing();
  TraitValue NOT_TEXT = new NotText();

  /** There is no such attribute. */
  record Missing() implements TraitValue {
    @Override
    public String toString() {
      return "missing";
    }
  }

  /** A number or ranges: the predicates on texts leave the judgement to the framework. */
  record NotText() implements TraitValue {
    @Override
    public String toString() {
      return "not a text";
    }
  }

  record Text(String value) implements TraitValue {
    @Override
    public String toString() {
      return "'" + value + "'";
    }
  }
}
