/** The broker with streams on the keepers: what is asked of it, who may do what, and the connection to it. */
export {
  type AgentConfig,
  agentConfig,
  deviceStateVariable,
  deviceTmp,
  gpuGroupsVariable,
  type JobLimits,
  programsFolder,
  taskLabel,
} from './agent-config.js';
export {
  type Broker,
  type BrokerAccess,
  type BrokerAdmin,
  BrokerConflict,
  type BrokerMessage,
  type BrokerMqtt,
  type BrokerSystem,
  type MqttMessage,
  type StreamReplica,
  type StreamSettings,
  type StreamState,
} from './broker.js';
export { connectAdmin } from './nats-admin.js';
export { connectMqtt } from './nats-mqtt.js';
export {
  type MqttAnswer,
  mqttAnswerSubject,
  mqttJobSubject,
  mqttSubmitSubject,
  mqttTopic,
} from './mqtt-topics.js';
export { connectSystem } from './nats-system.js';
export { connectBroker } from './nats.js';
export { hostPort } from './host-port.js';
export {
  brokerFiles,
  isServerOf,
  memberOfServer,
  membersOfPeers,
  peerIdOf,
  serverConfig,
  serverName,
} from './server-name.js';
export { type Identity, permissionsOf } from './permissions.js';
export {
  bucketCount,
  batchSizeSubject,
  drainSubject,
  bucketStream,
  bucketSubjects,
  chunkSubject,
  copiedSubject,
  diskQuestion,
  fullSubject,
  indexBelow,
  indexStream,
  indexSubject,
  indexSubjects,
  jobSpace,
  jobStream,
  jobSubject,
  jobSubjects,
  jobTasksBelow,
  jobTasksSubject,
  lateSubject,
  leaseStream,
  leaseSubjects,
  memberIdentity,
  notifyKeySubject,
  partSubjects,
  poolSubject,
  printedQuestion,
  privateSpace,
  question,
  questions,
  removedSubject,
  sharedSpace,
  storeStateSubject,
  storeStream,
  storeSubjects,
  streamOf,
  taskSubject,
  userIdentity,
  versionSubjects,
} from './subjects.js';
export { brokerUsers } from './users-config.js';
