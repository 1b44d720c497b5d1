// A telephone in a page: JsSIP for signalling, an oscillator for a voice, a spectrum for ears.
// Everything that the tests call is below `telephone`.

const telephone = {
  events: [],
  session: null,

  async start(address, uri, password, toneHz, relay) {
    this.relay = relay;
    this.audio = new AudioContext({ sampleRate: 48000 });
    const tone = this.audio.createOscillator();
    const loudness = this.audio.createGain();
    const voice = this.audio.createMediaStreamDestination();
    tone.frequency.value = toneHz;
    loudness.gain.value = 0.25;
    tone.connect(loudness).connect(voice);
    tone.start();
    this.voice = voice.stream;
    this.ears = this.audio.createAnalyser();
    this.ears.fftSize = 8192;
    this.ears.smoothingTimeConstant = 0;
    await this.audio.resume();
    const socket = new JsSIP.WebSocketInterface(address);
    this.agent = new JsSIP.UA({ sockets: [socket], uri, password, register: true, session_timers: true });
    this.agent.on("registered", () => this.tell("registered"));
    this.agent.on("registrationFailed", (data) => this.tell("registrationFailed", data.cause));
    this.agent.on("newRTCSession", (data) => this.take(data.session, data.originator));
    this.agent.start();
  },

  tell(kind, detail = "") {
    this.events.push([kind, String(detail)]);
  },

  take(session, originator) {
    this.session = session;
    const kinds = ["progress", "accepted", "confirmed", "ended", "failed", "hold", "unhold"];
    for (const kind of kinds) session.on(kind, (data) => this.tell(kind, (data && data.cause) || ""));
    session.on("newDTMF", (data) => {
      if (data.originator === "remote") this.tell("digit", data.dtmf.tone);
    });
    session.on("refer", (data) => data.accept((made) => this.take(made, "local"), this.options()));
    if (session.connection) this.listen(session.connection);
    session.on("peerconnection", (data) => this.listen(data.peerconnection));
    if (originator === "remote") this.tell("incoming", session.remote_identity.uri.user);
  },

  listen(connection) {
    if (this.heard === connection) return;
    this.heard = connection;
    connection.addEventListener("track", (event) => {
      const stream = event.streams[0] || new MediaStream([event.track]);
      // Chromium decodes a remote stream only while an element plays it.
      this.element = new Audio();
      this.element.muted = true;
      this.element.srcObject = stream;
      this.element.play();
      this.audio.createMediaStreamSource(stream).connect(this.ears);
    });
  },

  options() {
    const [urls, username, credential] = this.relay || [];
    const pcConfig = this.relay
      ? { iceServers: [{ urls, username, credential }], iceTransportPolicy: "relay" }
      : { iceServers: [] };
    return { mediaStream: this.voice, pcConfig };
  },

  dial(target) {
    this.agent.call(target, this.options());
  },

  answer() {
    this.session.answer(this.options());
  },

  refuse(status) {
    this.session.terminate({ status_code: status });
  },

  hangUp() {
    this.session.terminate();
  },

  hold() {
    return this.session.hold();
  },

  unhold() {
    return this.session.unhold();
  },

  restartIce() {
    return this.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
  },

  press(digits) {
    this.session.sendDTMF(digits, { transportType: "RFC2833", duration: 120, interToneGap: 80 });
  },

  // The level of a tone in what is heard now, in dB of full scale.
  level(hz) {
    const bins = new Float32Array(this.ears.frequencyBinCount);
    this.ears.getFloatFrequencyData(bins);
    const width = this.audio.sampleRate / this.ears.fftSize;
    const near = Math.round(hz / width);
    const best = Math.max(...bins.slice(near - 2, near + 3));
    return Number.isFinite(best) ? best : -200;
  },

  // The ends of the pair that carries the call, ours first; none while there is no pair.
  async pair() {
    const found = new Map([...(await this.heard.getStats()).values()].map((entry) => [entry.id, entry]));
    const transport = [...found.values()].find((entry) => entry.type === "transport");
    const pair = found.get(transport && transport.selectedCandidatePairId);
    const ends = pair ? [found.get(pair.localCandidateId), found.get(pair.remoteCandidateId)] : [];
    return ends.map((end) => `${end.address} ${end.port}`);
  },

  async codec() {
    const found = [...(await this.heard.getStats()).values()];
    const stream = found.find((entry) => entry.type === "inbound-rtp");
    return stream && stream.codecId ? found.find((entry) => entry.id === stream.codecId).mimeType : "";
  },
};

window.telephone = telephone;
