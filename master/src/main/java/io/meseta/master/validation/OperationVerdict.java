package io.meseta.master.validation;

import io.meseta.common.resources.Conversion;

/** What becomes of an operation that converts resources. */
public sealed interface OperationVerdict {

  /** It is applied: to what is left of the offers, and to what the agent has. */
  record Apply(Conversion conversion) implements OperationVerdict {}

  /** It is not: OPERATION_ERROR, and this message. */
  record Refuse(String reason) implements OperationVerdict {}
}
