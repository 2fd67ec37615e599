/** The one word that is shown for an agent, derived from presence and activity. */
export const AGENT_STATE_WORDS = [
  'signed-out',
  'idle',
  'ringing',
  'dialling',
  'talking',
  'holding',
  /** A leader who is in the call of an agent. */
  'monitoring',
  'acw',
  'paused',
] as const;
export type AgentStateWord = (typeof AGENT_STATE_WORDS)[number];
