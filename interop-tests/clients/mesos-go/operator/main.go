// Asks a master and an agent through mesos-go's operator clients, unmodified, and ends with 0 if
// every call is answered as by Mesos.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"time"

	"github.com/mesos/mesos-go/api/v1/lib"
	"github.com/mesos/mesos-go/api/v1/lib/agent"
	agentcalls "github.com/mesos/mesos-go/api/v1/lib/agent/calls"
	"github.com/mesos/mesos-go/api/v1/lib/encoding/codecs"
	"github.com/mesos/mesos-go/api/v1/lib/httpcli"
	"github.com/mesos/mesos-go/api/v1/lib/httpcli/httpagent"
	"github.com/mesos/mesos-go/api/v1/lib/httpcli/httpmaster"
	"github.com/mesos/mesos-go/api/v1/lib/master"
	"github.com/mesos/mesos-go/api/v1/lib/master/calls"
)

var (
	masterAddress = flag.String("master", "127.0.0.1:5050", "HOST:PORT of the master")
	agentAddress  = flag.String("agent", "127.0.0.1:5051", "HOST:PORT of the agent")
	mediaType     = flag.String("codec", "protobuf", "protobuf or json")
	second        = time.Second
)

func client(address string) *httpcli.Client {
	codec := codecs.ByMediaType[codecs.MediaTypeProtobuf]
	if *mediaType == "json" {
		codec = codecs.ByMediaType[codecs.MediaTypeJSON]
	}
	return httpcli.New(httpcli.Endpoint("http://"+address+"/api/v1"), httpcli.Codec(codec))
}

func check(what string, ok bool, got interface{}) {
	if !ok {
		log.Fatalf("FAILED: %s: %v", what, got)
	}
}

// Asks the master; the answer has to be of the call's type.
func ask(call *master.Call) *master.Response {
	var answer master.Response
	response, err := httpmaster.NewSender(client(*masterAddress).Send).Send(
		context.Background(), calls.NonStreaming(call))
	check(call.Type.String(), err == nil, err)
	defer response.Close()
	check(call.Type.String(), response.Decode(&answer) == nil, "no answer")
	check(call.Type.String(), answer.GetType().String() == call.Type.String(), answer.GetType())
	return &answer
}

// Tells the master to do something; there is no answer.
func tell(call *master.Call) {
	err := calls.SendNoData(
		context.Background(),
		httpmaster.NewSender(client(*masterAddress).Send),
		calls.NonStreaming(call))
	check(call.Type.String(), err == nil, err)
}

func askAgent(call *agent.Call) *agent.Response {
	var answer agent.Response
	response, err := httpagent.NewSender(client(*agentAddress).Send).Send(
		context.Background(), agentcalls.NonStreaming(call))
	check(call.Type.String(), err == nil, err)
	defer response.Close()
	check(call.Type.String(), response.Decode(&answer) == nil, "no answer")
	check(call.Type.String(), answer.GetType().String() == call.Type.String(), answer.GetType())
	return &answer
}

func ofTheMaster() {
	check("healthy", ask(calls.GetHealth()).GetGetHealth().GetHealthy(), "not healthy")
	check("flags", len(ask(calls.GetFlags()).GetGetFlags().GetFlags()) > 5, "few")
	version := ask(calls.GetVersion()).GetGetVersion().GetVersionInfo()
	check("version", version.GetVersion() != "", version)
	check("metrics", len(ask(calls.GetMetrics(&second)).GetGetMetrics().GetMetrics()) > 50, "few")
	ask(calls.GetLoggingLevel())
	tell(calls.SetLoggingLevel(1, second))
	ask(calls.GetState())
	ask(calls.GetFrameworks())
	ask(calls.GetExecutors())
	ask(calls.GetTasks())
	if *mediaType == "protobuf" {
		// In JSON this version of mesos-go knows no capability QUOTA_V2, which Mesos 1.9 has too.
		check("master", ask(calls.GetMaster()).GetGetMaster().GetMasterInfo() != nil, "none")
	}

	agents := ask(calls.GetAgents()).GetGetAgents().GetAgents()
	check("agents", len(agents) == 1 && agents[0].GetActive(), agents)
	id := *agents[0].GetAgentInfo().ID

	tell(calls.UpdateWeights(mesos.WeightInfo{Role: role(), Weight: 2}))
	weights := ask(calls.GetWeights()).GetGetWeights().GetWeightInfos()
	check("weights", len(weights) == 1 && weights[0].GetWeight() == 2, weights)
	ask(calls.GetRoles())
	ask(calls.GetQuota())
	ask(calls.GetMaintenanceStatus())
	ask(calls.GetMaintenanceSchedule())

	tell(calls.DeactivateAgent(id))
	agents = ask(calls.GetAgents()).GetGetAgents().GetAgents()
	check("deactivated", agents[0].GetDeactivated(), agents)
	tell(calls.ReactivateAgent(id))
	tell(calls.DrainAgent(id))
	agents = ask(calls.GetAgents()).GetGetAgents().GetAgents()
	check("drained", agents[0].GetDrainInfo() != nil, agents)
	tell(calls.ReactivateAgent(id))
}

func role() *string {
	name := "ops"
	return &name
}

func ofTheAgent() {
	check("healthy", askAgent(agentcalls.GetHealth()).GetGetHealth().GetHealthy(), "not healthy")
	askAgent(agentcalls.GetFlags())
	askAgent(agentcalls.GetVersion())
	metrics := askAgent(agentcalls.GetMetrics(&second)).GetGetMetrics().GetMetrics()
	check("metrics", len(metrics) > 20, "few")
	askAgent(agentcalls.GetLoggingLevel())
	askAgent(agentcalls.GetState())
	askAgent(agentcalls.GetContainers())
	askAgent(agentcalls.GetFrameworks())
	askAgent(agentcalls.GetExecutors())
	askAgent(agentcalls.GetOperations())
	askAgent(agentcalls.GetTasks())
	askAgent(agentcalls.GetAgent())
}

func main() {
	flag.Parse()
	ofTheMaster()
	ofTheAgent()
	fmt.Println("done")
}
