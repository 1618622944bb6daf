import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, KafkaJSError } from 'kafkajs';

const leaderAttempts = 50;
const leaderWaitMs = 200;

/** A topic's first and next offsets. A partition that was just made, or whose broker just came back, may have no leader yet. */
export async function endsOf(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      if (attempt === leaderAttempts || (error as KafkaJSError).retriable !== true) throw error;
      await pause(leaderWaitMs);
    }
  }
}
