package client;

/** The record is no event of its topic; it will not become one by another try. */
final class NoEventException extends Exception {
  NoEventException(String reason) {
    super(reason);
  }
}
