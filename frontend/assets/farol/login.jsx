// The login form. Errors are said in words, under the fields, with what to try.

import { useEffect, useState } from "react";
import { useAddress } from "./address.js";
import { Icon } from "./icons.jsx";
import { api, safeNext, signIn } from "./session.js";
import { useFormat, useText } from "./texts.js";

function words(error, text, format) {
  if (error.status === 0) return text("The server did not answer. Check the connection and try again.");
  if (error.status === 429) {
    const wait = error.retryAfterS === null ? text("a minute") : format.span(error.retryAfterS);
    return text("Too many attempts. Wait {span} and try again.", { span: wait });
  }
  if (error.status === 401 || error.status === 403) return text("Login or password is wrong. Check both and try again.");
  return text("The server could not sign you in. Try again in a moment.");
}

export function LoginForm() {
  const text = useText();
  const format = useFormat();
  const [params] = useAddress();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const [demo, setDemo] = useState(false);

  useEffect(() => {
    const stop = new AbortController();
    api("/about", { signal: stop.signal }).then((about) => setDemo(about.demo))
      .catch((reason) => console.info(`Nothing is known of this server: ${reason.message}`));
    return () => stop.abort();
  }, []);

  const submit = async (event) => {
    event.preventDefault();
    if (!login || !password) {
      setError(text("Fill in login and password."));
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await signIn(login, password);
      window.location.assign(safeNext(params.get("next")));
    } catch (reason) {
      setError(words(reason, text, format));
      setPassword("");
      setBusy(false);
    }
  };

  return (
    <form className="login-form" onSubmit={submit} noValidate>
      {demo && <p className="login-demo"><span className="demo-mark">{text("Demonstration")}</span>{text("Sign in with demo and demo.")}</p>}
      <label>{text("Login")}<input name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus value={login} onChange={(e) => setLogin(e.target.value)} /></label>
      <label>{text("Password")}<input name="password" type="password" autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} /></label>
      <p className="login-error" role="alert">{error && <><Icon name="alert" />{error}</>}</p>
      <button type="submit" className="button button-lead" disabled={busy}>{busy ? text("Signing in…") : text("Sign in")}</button>
    </form>
  );
}
