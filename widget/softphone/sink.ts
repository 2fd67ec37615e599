/** What can play on a chosen device, in browsers that know how. */
interface Sink {
  setSinkId?: (deviceId: string) => Promise<void>;
}

/** Plays on the device from now on; null: the system's choice. Where the device is gone, the system's plays. */
export async function selectSink(sink: object, deviceId: string | null): Promise<void> {
  const { setSinkId } = sink as Sink;
  try {
    await setSinkId?.call(sink, deviceId ?? '');
  } catch (error) {
    console.warn('Telebar cannot play on the chosen device', error);
    if (deviceId !== null) await selectSink(sink, null);
  }
}
