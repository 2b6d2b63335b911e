package io.meseta.master.planted;

import io.netty.buffer.ByteBuf;

/** Breaks a rule on purpose, to prove that the rule would find it. */
public final class PlantedNettyUser {

  private PlantedNettyUser() {}

  public static int readable(ByteBuf buffer) {
    return buffer.readableBytes();
  }
}
