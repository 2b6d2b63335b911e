package io.meseta.master.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.master.Call;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of operators about roles and machines, as they write them in JSON. */
class PolicyValidationTest {

  private static Optional<String> reason(String call) throws DecodeException {
    byte[] json = call.replace('\'', '"').getBytes(UTF_8);
    Call decoded = Codec.decode(json, Call.getDefaultInstance(), MediaType.JSON);
    return OperatorCallValidation.invalidReason(decoded);
  }

  private static String weights(String list) {
    return "{'type':'UPDATE_WEIGHTS','update_weights':{'weight_infos':[" + list + "]}}";
  }

  private static String quotas(String list) {
    return "{'type':'UPDATE_QUOTA','update_quota':{'quota_configs':[" + list + "]}}";
  }

  private static String windows(String list) {
    return "{'type':'UPDATE_MAINTENANCE_SCHEDULE','update_maintenance_schedule':"
        + "{'schedule':{'windows':["
        + list
        + "]}}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{'role':'web','weight':2.5}",
        "{'role':'*','weight':0.001},{'role':'a/b','weight':1000000000}"
      })
  void weightsThatAreUnderstood(String list) throws Exception {
    assertThat(reason(weights(list))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"role":"web","weight":0}      | not between
          {"role":"web","weight":-1}     | not between
          {"role":"web","weight":2e9}    | not between
          {"role":"a//b","weight":1}     | two '/'
          {"weight":1}                   | cannot be empty
          {"role":"a","weight":1},{"role":"a","weight":2} | two weights
          """)
  void weightsThatAreNone(String list, String part) throws Exception {
    assertThat(reason(weights(list)).orElseThrow()).contains(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'role':'web'}",
        "{'role':'web','limits':{'cpus':{'value':0}}}",
        "{'role':'web','guarantees':{'cpus':{'value':1}},'limits':{'cpus':{'value':1}}}"
      })
  void quotasThatAreUnderstood(String list) throws Exception {
    assertThat(reason(quotas(list))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"role":"*","limits":{}}                                  | default role
          {"role":"web","limits":{"cpus":{"value":-1}}}             | negative
          {"role":"web","guarantees":{"cpus":{"value":2}},"limits":{"cpus":{"value":1}}} | less than the guarantee
          {"role":"/web"}                                           | begins or ends
          {"role":"a"},{"role":"a"}                                 | two quotas
          """)
  void quotasThatAreNone(String list, String part) throws Exception {
    assertThat(reason(quotas(list)).orElseThrow()).contains(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{'machine_ids':[{'hostname':'h'},{'ip':'10.0.0.1'}],'unavailability':"
            + "{'start':{'nanoseconds':1}}}",
        "{'machine_ids':[{'hostname':'h','ip':'10.0.0.1'}],'unavailability':"
            + "{'start':{'nanoseconds':1},'duration':{'nanoseconds':5}}}"
      })
  void schedulesThatAreUnderstood(String list) throws Exception {
    assertThat(reason(windows(list))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"machine_ids":[],"unavailability":{"start":{"nanoseconds":1}}}                | no machine
          {"machine_ids":[{}],"unavailability":{"start":{"nanoseconds":1}}}              | neither hostname nor ip
          {"machine_ids":[{"hostname":"h"},{"hostname":"H"}],"unavailability":{"start":{"nanoseconds":1}}} | twice
          {"machine_ids":[{"ip":"::1"}],"unavailability":{"start":{"nanoseconds":1},"duration":{"nanoseconds":-1}}} | negative
          """)
  void schedulesThatAreNone(String list, String part) throws Exception {
    assertThat(reason(windows(list)).orElseThrow()).contains(part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE_WEIGHTS", "UPDATE_QUOTA", "UPDATE_MAINTENANCE_SCHEDULE"})
  void aCallWithoutItsBodyIsRefused(String type) throws Exception {
    assertThat(reason("{'type':'" + type + "'}").orElseThrow()).contains("is missing");
    assertThat(OperatorCallValidation.isImplemented(Call.Type.valueOf(type))).isTrue();
  }
}
