package io.meseta.master.allocation.constraints;

import io.meseta.api.v1.scheduler.AttributeConstraint;

/**
 * What a constraint wants of what it finds. Those on texts hold for what is there and is not a
 * text: the framework has to look at such attributes itself, as in Mesos.
 */
sealed interface TraitPredicate {

  boolean holdsFor(TraitValue value);

  /** Goes on from "attribute 'x' must". */
  @Override
  String toString();

  /**
   * From the message.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  static TraitPredicate of(AttributeConstraint.Predicate message, ConstraintLimits limits) {
    return switch (message.getPredicateCase()) {
      case EXISTS -> new Exists();
      case NOT_EXISTS -> new NotExists();
      case TEXT_EQUALS -> new TextEquals(message.getTextEquals().getValue());
      case TEXT_NOT_EQUALS -> new TextNotEquals(message.getTextNotEquals().getValue());
      case TEXT_MATCHES -> new TextMatches(Regex.of(message.getTextMatches().getRegex(), limits));
      case TEXT_NOT_MATCHES ->
          new TextNotMatches(Regex.of(message.getTextNotMatches().getRegex(), limits));
      case PREDICATE_NOT_SET ->
          throw new IllegalArgumentException("It has no 'predicate' that is known here");
    };
  }

  record Exists() implements TraitPredicate {
    @Override
    public boolean holdsFor(TraitValue value) {
      return !(value instanceof TraitValue.Missing);
    }

    @Override
    public String toString() {
      return "exist";
    }
  }

  record NotExists() implements TraitPredicate {
    @Override
    public boolean holdsFor(TraitValue value) {
      return value instanceof TraitValue.Missing;
    }

    @Override
    public String toString() {
      return "not exist";
    }
  }

  record TextEquals(String wanted) implements TraitPredicate {
    @Override
    public boolean holdsFor(TraitValue value) {
      return switch (value) {
        case TraitValue.Missing ignored -> false;
        case TraitValue.NotText ignored -> true;
        case TraitValue.Text text -> text.value().equals(wanted);
      };
    }

    @Override
    public String toString() {
      return "be '" + wanted + "'";
    }
  }

  record TextNotEquals(String unwanted) implements TraitPredicate {
    @Override
    public boolean holdsFor(TraitValue value) {
      return !(value instanceof TraitValue.Text text && text.value().equals(unwanted));
    }

    @Override
    public String toString() {
      return "not be '" + unwanted + "'";
    }
  }

  record TextMatches(Regex wanted) implements TraitPredicate {
    @Override
    public boolean holdsFor(TraitValue value) {
      return switch (value) {
        case TraitValue.Missing ignored -> false;
        case TraitValue.NotText ignored -> true;
        case TraitValue.Text text -> wanted.matches(text.value());
      };
    }

    @Override
    public String toString() {
      return "match '" + wanted + "'";
    }
  }

  record TextNotMatches(Regex unwanted) implements TraitPredicate {
    @Override
    public boolean holdsFor(TraitValue value) {
      return !(value instanceof TraitValue.Text text && unwanted.matches(text.value()));
    }

    @Override
    public String toString() {
      return "not match '" + unwanted + "'";
    }
  }
}
