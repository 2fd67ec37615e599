/**
 * A way to one peer: for UDP an address and port, for TCP and WebSocket the socket itself. WebSocket peers have no address that
 * could be dialled, so every message to them goes down a flow that they opened (RFC 7118 §5).
 */
export interface Flow {
  readonly id: string;
  readonly protocol: 'UDP' | 'TCP' | 'WS';
  /** No retransmissions are needed (RFC 3261 §17). */
  readonly reliable: boolean;
  /** Address and port of the peer. */
  readonly address: string;
  readonly port: number;
  readonly open: boolean;
  /** False when the message cannot leave any more. */
  send(text: string): boolean;
}

/** What transports tell the stack. */
export interface FlowListener {
  /** One datagram or WebSocket message. Must not throw. */
  onMessage(data: Buffer, flow: Flow): void;
  onClosed(flow: Flow): void;
  /** Round trip of a ping, ms. */
  onLatency(flow: Flow, ms: number): void;
}
