import { FailedError, StepError } from './errors.ts';

/**
 * What kafkajs throws, in the words of this program. An error is known by its name and by the `type` that the protocol gives it: the
 * command line asks for every failure, also in commands that never load kafkajs.
 */

/** An error of kafkajs, as far as it is read here. */
interface KafkaError extends Error {
  readonly retriable?: boolean;
  /** Name of the protocol's error, e.g. `MESSAGE_TOO_LARGE`. */
  readonly type?: string;
  readonly broker?: string;
  readonly topic?: string;
  /** Of an error that stands for several. */
  readonly errors?: readonly KafkaError[];
  readonly partitions?: readonly { readonly error?: KafkaError | null }[];
}

/** No answer came, or the connection was lost. The last ones: no partition leader or controller was found to ask. */
const noAnswerName =
  /^KafkaJS(Connection(Closed)?Error|RequestTimeoutError|(Lock)?Timeout|NumberOfRetriesExceeded|(NoBrokerAvailable|GroupCoordinatorNotFound)(Error)?|BrokerNotFound|(Topic)?MetadataNotLoaded)$/;

/** A failure of Kafka or of its client in words; undefined for every other error. */
export function kafkaFailure(thrown: unknown): FailedError | undefined {
  const error = rootOf(thrown);
  if (error === undefined) return undefined;
  const { type = '' } = error;
  const reason = reasonOf(error);
  const detail = { stage: 'kafka', cause: thrown };
  if (noAnswerName.test(error.name)) {
    return new FailedError(`Kafka does not answer, or ended the connection: ${reason}`, {
      ...detail,
      nextStep: `Check KAFKA_BROKERS (kafka.brokers in the configuration) and that the brokers are up and not overloaded, then start the same command again: it continues where it stopped.`,
      isRetriable: true,
    });
  }
  if (/AUTHORIZATION_FAILED$|SASL|^SECURITY_DISABLED$/.test(type) || error.name === 'KafkaJSSASLAuthenticationError') {
    return new FailedError(`Kafka does not allow this program what it asked for: ${reason}`, {
      ...detail,
      nextStep: `It connects without a login, as User:ANONYMOUS. Let it describe, create, alter, read and write the topics itop.* and read the groups itop-to-intercom-* (kafka-acls.sh), then start the same command again: it continues where it stopped.`,
    });
  }
  if (/^(MESSAGE|RECORD_LIST)_TOO_LARGE$/.test(type)) {
    return new FailedError(`Kafka takes no batch as large as the one it was given: ${reason}`, {
      ...detail,
      nextStep:
        'Somebody lowered max.message.bytes of a topic. Start the same command again: it names the topics to change, and the value they must have.',
    });
  }
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new FailedError(`Kafka does not have a topic or partition that was asked for: ${reason}`, {
      ...detail,
      nextStep:
        'Was a topic deleted? Start the same command again: extract and delta create the topics that are missing.',
      isRetriable: true,
    });
  }
  if (error.retriable === true || type === 'BROKER_NOT_AVAILABLE') {
    return new FailedError(`Kafka cannot do now what it was asked for: ${reason}`, {
      ...detail,
      nextStep: `Look whether all brokers are up and every partition has a leader and its replicas, then start the same command again: it continues where it stopped.`,
      isRetriable: true,
    });
  }
  return new FailedError(`Kafka refused what it was asked for, or its client failed: ${reason}`, {
    ...detail,
    nextStep: `See the log of the broker and mend what it names, then start the same command again: it continues where it stopped. If it names nothing, add --verbose and report what is printed.`,
  });
}

/** The error of kafkajs that is behind those it was wrapped in; undefined where there is none. */
function rootOf(thrown: unknown): KafkaError | undefined {
  if (thrown instanceof StepError || !isOfKafka(thrown)) return undefined;
  const several = [...(thrown.errors ?? []), ...(thrown.partitions ?? []).map(({ error }) => error)];
  const [behind] = several.filter((one) => isOfKafka(one) && one.type !== 'TOPIC_ALREADY_EXISTS');
  const inner = behind ?? thrown.cause;
  if (isOfKafka(inner)) return rootOf(inner);
  // A fault of this program, which kafkajs only passes on, is none of Kafka.
  if (inner instanceof Error && thrown.name === 'KafkaJSNonRetriableError') return undefined;
  return thrown;
}

function isOfKafka(error: unknown): error is KafkaError {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}

/** Why, as one sentence at most: with the broker and topic where the message does not name them. */
function reasonOf({ name, message, broker, topic }: KafkaError): string {
  // Its message counts locks of kafkajs, which says nothing to who reads it.
  const reason = name === 'KafkaJSLockTimeout' ? 'requests waited too long for one that got no answer' : message;
  const where = [broker, topic].filter((one) => one !== undefined && !reason.includes(one));
  return where.length === 0 ? reason : `${reason} (${where.join(', ')})`;
}
