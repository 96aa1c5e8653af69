package client;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import news.eventstreams.Actor;
import news.eventstreams.EventTime;
import news.eventstreams.FundingGap;
import news.eventstreams.Location;
import news.eventstreams.Money;
import news.eventstreams.Participant;
import news.eventstreams.TalksRound;
import news.eventstreams.WeaponsPledge;

/** One line for each event, from the classes that were made from the schemas. */
final class Lines {
  private Lines() {}

  static String fundingGap(FundingGap event) {
    String who = event.getEntity().map(Actor::getName).orElse("-");
    Optional<EventTime> when = event.getPeriod().or(event::getDeadline);
    return columns("funding-gap", event.getStatus(), who, money(event.getGap()), days(when), event.getId());
  }

  static String weaponsPledge(WeaponsPledge event) {
    String who = names(event.getSuppliers()) + " -> " + names(event.getRecipients());
    String count = event.getQuantity().map(q -> interval(q.getMin().map(Lines::number), q.getMax().map(Lines::number)) + " ").orElse("");
    String worth = event.getValue().isPresent() ? ", " + money(event.getValue()) : "";
    String what = count + event.getSystem().getDesignation() + worth;
    Optional<EventTime> when = event.getDelivery().or(event::getAnnounced);
    return columns("weapons-pledge", event.getStatus(), who, what, days(when), event.getId());
  }

  static String talksRound(TalksRound event) {
    String who = names(event.getParticipants().stream().map(Participant::getActor).toList());
    String where = event.getLocation().map(Location::getName).orElse("-");
    return columns("talks-round", event.getStatus(), who, where, days(event.getDate()), event.getId());
  }

  private static String columns(String type, Enum<?> status, String who, String what, String when, String id) {
    return String.join(" | ", type, status.name(), who, what, when, id);
  }

  private static String names(List<Actor> actors) {
    return actors.isEmpty() ? "-" : actors.stream().map(Actor::getName).collect(Collectors.joining(", "));
  }

  private static String money(Optional<Money> amount) {
    return amount.map(m -> interval(m.getMin(), m.getMax()) + " " + m.getCurrency().orElse("?")).orElse("-");
  }

  private static String days(Optional<EventTime> time) {
    return time.map(t -> interval(t.getStart(), t.getEnd())).orElse("-");
  }

  /** The two bounds, where an empty one is open. */
  private static String interval(Optional<?> from, Optional<?> to) {
    String start = from.map(Object::toString).orElse("");
    String end = to.map(Object::toString).orElse("");
    if (start.equals(end)) {
      return start.isEmpty() ? "?" : start;
    }
    return start + ".." + end;
  }

  private static String number(double count) {
    return BigDecimal.valueOf(count).stripTrailingZeros().toPlainString();
  }
}
